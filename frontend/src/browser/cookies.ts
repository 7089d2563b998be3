/** The value of one of the page's cookies that scripts may read; empty where there is none. */
export function cookie(name: string, all: string = document.cookie): string {
  for (const pair of all.split('; ')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at) === name) return pair.slice(at + 1);
  }
  return '';
}
