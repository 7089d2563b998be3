import { tick } from 'svelte';

/** Where a row takes the focus along as it goes, the list has it: the keyboard must not begin anew at the top. */
export async function keepFocus(list: HTMLElement | undefined): Promise<void> {
  await tick();
  if (document.activeElement === document.body) list?.focus({ preventScroll: true });
}
