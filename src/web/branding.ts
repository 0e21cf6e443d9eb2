import { atLightness, contrast, hexOf, parseColour, type Rgb, shifted, standingOut } from './colour.ts';

/** How an operator makes the pages theirs: data, never markup. Addresses are shown as they are; check them where they come in. */
export interface Brand {
  /** Named where no app is: the operator's own name. */
  title?: string | undefined;
  logo_uri?: string | undefined;
  favicon_uri?: string | undefined;
  /** Behind the card, `#rrggbb`. In the dark its hue stays and its light goes. */
  background?: string | undefined;
  /** Buttons and links, `#rrggbb`. */
  accent?: string | undefined;
  policy_uri?: string | undefined;
  tos_uri?: string | undefined;
  support_uri?: string | undefined;
}

/** `css` is empty when the brand has no colours of its own; the house's stand in style.css. */
export interface BrandStyle {
  css: string;
  /** What was given and could not be used as it is, for the operator to read. */
  warnings: string[];
}

/** The grounds of style.css that colours have to stand out from (text stands on the wash too), and its quiet ink; a test compares. */
export const GROUNDS = {
  light: { card: '#ffffff', wash: '#f5f6f8', quiet: '#5a6170' },
  dark: { card: '#181b21', wash: '#20242c', quiet: '#a7aebb' },
} as const;

type Scheme = keyof typeof GROUNDS;

const TEXT = 4.5;
const EDGE = 3;
const WHITE = colourOf('#ffffff');
const NEARLY_BLACK = colourOf('#111318');

/**
 * The style sheet of one brand: custom properties for light and dark, made so that text keeps 4.5:1 and edges 3:1
 * (WCAG 2.2, 1.4.3 and 1.4.11) whatever colours were chosen. Only numbers that were read from the colours come out.
 */
export function brandStyle(brand: Brand): BrandStyle {
  const warnings: string[] = [];
  const read = (name: 'accent' | 'background') => {
    const text = brand[name];
    if (text === undefined) return undefined;
    const colour = parseColour(text);
    if (!colour) warnings.push(`${name}: ${JSON.stringify(text)} is not a colour like #1a7f5a and was left out`);
    return colour;
  };
  const [accent, background] = [read('accent'), read('background')];

  if (accent) {
    const ratio = contrast(accent, colourOf(GROUNDS.light.wash));
    if (ratio < TEXT) {
      warnings.push(
        `accent: ${hexOf(accent)} has a contrast of ${ratio.toFixed(1)}:1 where text needs ${TEXT}:1; ` +
          `links use ${inkOf(accent, 'light')} instead`,
      );
    }
  }
  const rules = (scheme: Scheme) => ({
    ...(accent && accentOf(accent, scheme)),
    ...(background && paperOf(background, scheme)),
  });
  if (!accent && !background) return { css: '', warnings };
  const css = `:root{${listed(rules('light'))}}\n@media (prefers-color-scheme:dark){:root{${listed(rules('dark'))}}}\n`;
  return { css, warnings };
}

/** Fill, what is written on it, the fill under a pointer, the edge that shows where it ends, and the accent as text. */
function accentOf(accent: Rgb, scheme: Scheme): Record<string, string> {
  const card = colourOf(GROUNDS[scheme].card);
  const fill = scheme === 'dark' ? standingOut(accent, card, EDGE) : accent;
  const light = contrast(WHITE, fill) >= TEXT;
  const on = light ? WHITE : standingOut(NEARLY_BLACK, fill, TEXT);
  return {
    '--accent': hexOf(fill),
    '--on-accent': hexOf(on),
    '--accent-hover': hexOf(standingOut(shifted(fill, light ? -0.05 : 0.04), on, TEXT)),
    '--accent-edge': hexOf(standingOut(fill, card, EDGE)),
    '--accent-ink': inkOf(accent, scheme),
  };
}

function inkOf(accent: Rgb, scheme: Scheme): string {
  return hexOf(standingOut(accent, colourOf(GROUNDS[scheme].wash), TEXT));
}

function paperOf(background: Rgb, scheme: Scheme): Record<string, string> {
  const paper = scheme === 'dark' ? atLightness(background, 0.17, 0.03) : background;
  const ink = standingOut(colourOf(GROUNDS[scheme].quiet), paper, TEXT);
  return { '--paper': hexOf(paper), '--on-paper': hexOf(ink) };
}

function listed(properties: Record<string, string>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}:${value}`)
    .join(';');
}

function colourOf(hex: string): Rgb {
  return parseColour(hex) ?? [0, 0, 0];
}
