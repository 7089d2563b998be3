/** What is wrong with the devices before a call. */
import type { DeviceProblem, Kind } from '../../call';

/** `unplugged`: it was open, and went away by itself. */
export type DeviceTrouble = DeviceProblem | 'unplugged';

/** Whether a device that comes now may be the one that is missing. One that was refused asks for a press. */
export function comesBack(trouble: DeviceTrouble | null): boolean {
  return trouble === 'missing' || trouble === 'unplugged';
}

export type Troubles = Record<Kind, DeviceTrouble | null>;
