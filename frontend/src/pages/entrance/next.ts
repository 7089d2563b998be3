/** The address of another entrance that leads to where this one would have led. */
export function withNext(path: '/login/' | '/register/', search: string): string {
  const next = new URLSearchParams(search).get('next');
  return next === null || next === '' ? path : `${path}?next=${encodeURIComponent(next)}`;
}
