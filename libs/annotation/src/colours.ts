/** Red, green, blue, each 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Degrees between the hues of successive classes. */
const HUE_STEP = 134;
/**
 * Relative luminances (WCAG 2.1) of successive classes, in turn. All have a contrast of at least 3:1 with white (below
 * 0.3) and with a dark page of #1b1b1b (above 0.133).
 */
const LUMINANCES = [0.28, 0.2, 0.145];
/** Saturations of successive rounds of luminances, so that 80 classes differ in more than hue. */
const SATURATIONS = [0.9, 0.4];

const known = new Map<number, Rgb>();
const MAX_KNOWN = 4096;

/**
 * The colour of a class in videos, images, charts and pages: stable per index, clearly different from those of nearby
 * indices, and visible on light and dark backgrounds.
 */
export function classColour(classIndex: number): Rgb {
  const colour = known.get(classIndex) ?? makeColour(classIndex);
  if (known.size < MAX_KNOWN) known.set(classIndex, colour);
  return colour;
}

/** Black or white, whichever has more contrast with `background`: at least 4.5:1 (WCAG 2.1). */
export function textColour(background: Rgb): Rgb {
  const white: Rgb = [255, 255, 255];
  const black: Rgb = [0, 0, 0];
  return contrast(background, white) > contrast(background, black) ? white : black;
}

/** Contrast ratio of two colours, 1..21 (WCAG 2.1). */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** A colour for CSS, SVG and canvas, for example `#c24b0f`. */
export function cssColour(rgb: Rgb): string {
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance, 0..1 (WCAG 2.1). */
function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const channel = value / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function makeColour(classIndex: number): Rgb {
  const n = Math.abs(classIndex);
  const hue = (n * HUE_STEP) % 360;
  const target = LUMINANCES[n % LUMINANCES.length] ?? 0.2;
  const saturation = SATURATIONS[Math.floor(n / LUMINANCES.length) % SATURATIONS.length] ?? 0.9;
  let [low, high] = [0, 1];
  for (let step = 0; step < 16; step++) {
    const middle = (low + high) / 2;
    if (luminance(fromHsl(hue, saturation, middle)) < target) low = middle;
    else high = middle;
  }
  return fromHsl(hue, saturation, low);
}

/** Hue in degrees, saturation and lightness 0..1 (CSS Color Module Level 4, section 7). */
function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
