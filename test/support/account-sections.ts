import { createSections, type SectionsNeeds } from '../../src/selfservice/index.ts';

/** The list itself: what is added to it is attacked and counted by itself. Nothing of it runs here. */
export const sections = createSections(
  new Proxy({}, { get: () => () => undefined }) as unknown as SectionsNeeds & Record<string, never>,
);

/** Everything that can be done on the account pages. */
export const verbs = sections.flatMap(({ name: section, verbs: all }) =>
  Object.entries(all).map(([verb, { secures }]) => ({ section, verb, secures })),
);

/** Everything that can be fetched from them. */
export const downloads = sections.flatMap(({ name, downloads: all = {} }) =>
  Object.keys(all).map((file) => `${name}/${file}`),
);
