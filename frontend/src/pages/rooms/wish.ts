/** What somebody wants behind themselves, from one call to the next. */
import type { Room } from '../../api/client';
import { memory } from '../../browser/memory';
import { type FilterWish, STRENGTHS } from '../../call';

export function rememberWish({ mode, picture, strength }: FilterWish): void {
  memory.set('mode', mode);
  memory.set('picture', picture);
  memory.set('strength', strength);
}

/** What was last wished for, as far as this server still has it; a picture of one's own needs the account. */
export function rememberedWish({ modes, pictures }: Room['filters'], member: boolean): FilterWish {
  const kept = memory.get('picture');
  const own = member && kept.startsWith('own:') ? kept : '';
  const picture = pictures.find(({ id }) => id === kept)?.id ?? own;
  const mode = modes.find((one) => one === memory.get('mode')) ?? 'off';
  const strength = STRENGTHS.find((one) => one === memory.get('strength')) ?? 'strong';
  return { mode: mode === 'picture' && picture === '' ? 'off' : mode, picture, strength };
}
