import type { Section } from './section.ts';
import { type ActivityNeeds, activity } from './sections/activity.ts';
import { type AppsNeeds, apps } from './sections/apps.ts';
import { type IdentitiesNeeds, identities } from './sections/identities.ts';
import { overview } from './sections/overview.ts';
import { type PrivacyNeeds, privacy } from './sections/privacy.ts';
import { type ProfileNeeds, profile } from './sections/profile.ts';
import { type SecurityNeeds, security } from './sections/security.ts';
import { type SessionsNeeds, sessions } from './sections/sessions.ts';

export type SectionsNeeds = ProfileNeeds &
  SecurityNeeds &
  SessionsNeeds &
  ActivityNeeds &
  AppsNeeds &
  IdentitiesNeeds &
  PrivacyNeeds;

/** The list, in the order of the menu. Adding a page is a file in `sections/`, a line here, and a view. */
export function createSections(needs: SectionsNeeds): Section[] {
  return [
    overview(needs),
    profile(needs),
    security(needs),
    sessions(needs),
    activity(needs),
    apps(needs),
    identities(needs),
    privacy(needs),
  ];
}
