/** Registers the service worker, which opens the page when the server is away. */

/** After the page has loaded, so that it takes nothing from the first look. Browsers allow it on https and localhost. */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator) || !isSecureContext || !import.meta.env.PROD) return;
  const register = () => {
    // Refused by a setting or a private window: the page works without.
    navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => undefined);
  };
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}
