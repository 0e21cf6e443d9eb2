/** Each with what tells it in a User-Agent; an earlier one wins, because later ones are named by their imitators too. */
const PLATFORMS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['windows', /\bWindows\b/],
  ['android', /\bAndroid\b/],
  ['ios', /\b(?:iPhone|iPad|iPod)\b/],
  ['macos', /\bMacintosh\b/],
  ['chromeos', /\bCrOS\b/],
  ['linux', /\bLinux\b/],
];

/**
 * What a browser says it runs on; undefined when it says nothing known. Anybody can claim anything here: a policy may
 * ask for more because of it, and should not ask for less.
 */
export function devicePlatform(userAgent: string): string | undefined {
  return PLATFORMS.find(([, mark]) => mark.test(userAgent))?.[0];
}
