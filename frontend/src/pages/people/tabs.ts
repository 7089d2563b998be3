/** The parts of a profile. */
import { PROFILE_TABS, type ProfileTab } from '../../routes';

/** What only oneself sees of oneself. */
const OWN: ReadonlySet<ProfileTab> = new Set<ProfileTab>(['favorites', 'calls']);

export function tabsOf(self: boolean): ProfileTab[] {
  return PROFILE_TABS.filter((tab) => self || !OWN.has(tab));
}

/** The part that is shown for an address: of somebody else their posts, where it asks for what is their own. */
export function tabFor(wanted: ProfileTab, self: boolean): ProfileTab {
  return tabsOf(self).includes(wanted) ? wanted : 'posts';
}
