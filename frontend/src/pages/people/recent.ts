/** The profile that was seen last, so that going from one of its parts to the next does not begin with nothing. */
import type { Profile } from '../../api/people';

let last: { viewer: number; profile: Profile } | null = null;

export function remember(viewer: number, profile: Profile | null): void {
  last = profile === null ? null : { viewer, profile };
}

/** The profile of a person as the viewer saw it a moment ago; null: they did not. */
export function recall(viewer: number, id: number): Profile | null {
  return last !== null && last.viewer === viewer && last.profile.id === id ? last.profile : null;
}
