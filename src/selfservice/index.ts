/**
 * What people see and change about themselves: one page for each part of an account, as a list of sections.
 *
 * A section shows plain data and has verbs; it reads no request and decides nothing about proof. Round every one of them
 * stands the same: limits, a live session, policy (the account pages are a client like any other), and for what changes how
 * people get in the best proof that they have. What asks a person something (a new key, a code) is a step of sign-in: a
 * verb names it, and the web room sends them there. Called by web. What must stay true: a thing is looked up by its
 * id and the visitor's together, and a verb takes only the fields it names.
 */
export { createFlashes, type Flash, type Flashes } from './flash.ts';
export { createReencodePicture } from './reencode-picture.ts';
export { type Acted, type Arriving, createSelfService, type Fetched, type SelfService, type Shown } from './run.ts';
export type { Download, Section, Visitor } from './section.ts';
export type { ProfileAttribute } from './sections/profile.ts';
export { createSections, type SectionsNeeds } from './sections.ts';
