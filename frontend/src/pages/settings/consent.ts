/** How one stands to the reading of one's expression. */
import type { Consent } from '../../api/account';

/**
 * off: this server reads nobody's; never: nobody asked yet; changed: the answer was to an older text; yes, no: the
 * answer to the text of today.
 */
export type Standing = 'off' | 'never' | 'changed' | 'yes' | 'no';

export function standing({ mood, version, current_version, mood_enabled }: Consent): Standing {
  if (!mood_enabled) return 'off';
  if (mood) return 'yes';
  if (version === 0) return 'never';
  return version === current_version ? 'no' : 'changed';
}
