import { truth } from './test.ts';

/** Whether the person has signed in from this browser before. */
export const knownDevice = truth({ name: 'known_device', read: (facts) => facts.knownDevice });
