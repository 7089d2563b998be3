/** Lists that go on by themselves as one comes near their end. */
import type { Attachment } from 'svelte/attachments';

/** How far before the end, so that the next rows are there in time. */
const AHEAD = '800px';

/** Whether this person wants pages that grow by themselves: not with less motion, nor where data is dear. */
export function growsByItself(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData !== true && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Calls back once when the element comes near the window. */
export function nearEnd(reached: () => void): Attachment<HTMLElement> {
  return (element) => {
    if (!growsByItself()) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        reached();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
