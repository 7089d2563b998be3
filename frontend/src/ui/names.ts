/** How a person is called here: the demo partner in the language of the page, a nameless guest as one. */
import { t } from '../i18n/index.svelte';

export function nameOf({ name, demo }: { name: string; demo: boolean }): string {
  return demo ? t('call.demoname') : name || t('lobby.guest');
}
