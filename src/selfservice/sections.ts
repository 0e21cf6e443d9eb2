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
  return withMenu([
    overview(needs),
    profile(needs),
    security(needs),
    sessions(needs),
    activity(needs),
    apps(needs),
    identities(needs),
    privacy(needs),
  ]);
}

/** Every page has a menu, so each says which of the others to leave out of it. */
function withMenu(all: readonly Section[]): Section[] {
  return all.map((section) => ({
    ...section,
    async show(visitor, query) {
      const [model, empty] = await Promise.all([
        section.show(visitor, query),
        Promise.all(all.map(async (one) => ((await one.empty?.(visitor)) ? [one.name] : []))),
      ]);
      const leftOut = empty.flat();
      return leftOut.length > 0 ? { ...model, left_out: leftOut } : model;
    },
  }));
}
