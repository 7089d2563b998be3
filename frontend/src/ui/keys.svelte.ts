/** Whether keys do something in a call: who dictates or leans on keys can switch them off. */
import { memory } from '../browser/memory';
import { t } from '../i18n/index.svelte';
import { type Action, KEYS } from './callkeys';

class CallKeys {
  on = $state(memory.get('keys') !== 'off');

  use(on: boolean): void {
    this.on = on;
    memory.set('keys', on ? '' : 'off');
  }

  /** The label of a button with the key that does the same. */
  hint(label: string, action: Action | undefined): string {
    return action === undefined || !this.on ? label : `${label} (${keyName(action)})`;
  }
}

export const callKeys = new CallKeys();

export const keyName = (action: Action): string => (action === 'talk' ? t('keys.space') : KEYS[action]);
