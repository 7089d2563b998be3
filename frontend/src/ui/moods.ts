/** A mood is told by a word, a colour and a sign, so that none of the three is needed alone. */
import Angry from '@lucide/svelte/icons/angry';
import Annoyed from '@lucide/svelte/icons/annoyed';
import Frown from '@lucide/svelte/icons/frown';
import Ghost from '@lucide/svelte/icons/ghost';
import Laugh from '@lucide/svelte/icons/laugh';
import Meh from '@lucide/svelte/icons/meh';
import Zap from '@lucide/svelte/icons/zap';
import type { Mood } from '../call';

export const moodIcons: Record<Mood, typeof Angry> = {
  angry: Angry,
  disgust: Annoyed,
  fear: Ghost,
  happy: Laugh,
  sad: Frown,
  surprise: Zap,
  neutral: Meh,
};
