/** Gives the focus back to what opened a sheet when the sheet is gone; called while a component is set up. */

/** A row of a closed menu gives way to the button that opens the menu. */
function target(opener: HTMLElement | null): HTMLElement | null {
  const menu = opener?.closest('[popover]');
  if (menu && !menu.matches(':popover-open')) {
    return document.querySelector<HTMLElement>(`[popovertarget="${menu.id}"]`);
  }
  return opener;
}

export function focusBack(open: () => boolean): void {
  let opener: HTMLElement | null = null;
  let was = false;
  $effect.pre(() => {
    if (!open() || was) return;
    opener = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  });
  $effect(() => {
    const is = open();
    if (was && !is && document.querySelector('dialog:modal') === null) {
      const back = target(opener);
      if (back?.isConnected) back.focus({ preventScroll: true });
    }
    was = is;
  });
}
