import { oneOf } from './test.ts';

/** What the device says it runs: `android`, `ios`, `windows`, `macos`, `linux`, … A hint, not a proof. */
export const devicePlatform = oneOf({
  name: 'device_platform',
  mayBeUnknown: 'a browser need not say what it runs on',
  read: (facts) => facts.devicePlatform,
  normal: (word) => word.toLowerCase(),
});
