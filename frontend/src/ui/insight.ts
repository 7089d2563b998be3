/** Work that is done only for what somebody sees. */
import type { Attachment } from 'svelte/attachments';

/** Calls back once when the element comes into sight, or nearly. */
export function insight(seen: () => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        seen();
      },
      { rootMargin: '200px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
