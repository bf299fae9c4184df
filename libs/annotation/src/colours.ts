/** Red, green, blue, each 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** 360 degrees divided by the golden ratio squared: successive hues never come close to the ones before. */
const GOLDEN_ANGLE = 137.50776;
/** Neighbouring hues differ in lightness as well, which tells 80 classes apart better than hue alone. */
const LIGHTNESS = [0.5, 0.68, 0.38];

/** The colour of a class: the same for an index always, and well apart from those of other indices. */
export function classColour(classIndex: number): Rgb {
  const hue = (((classIndex * GOLDEN_ANGLE) % 360) + 360) % 360;
  const lightness = LIGHTNESS[Math.abs(classIndex) % LIGHTNESS.length] ?? 0.5;
  return fromHsl(hue, 0.9, lightness);
}

/** Black or white: the one that stands out more from `background` (WCAG 2.1 relative luminance and contrast). */
export function textColour(background: Rgb): Rgb {
  const [red, green, blue] = background.map((value) => {
    const channel = value / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const contrastWithWhite = 1.05 / (luminance + 0.05);
  const contrastWithBlack = (luminance + 0.05) / 0.05;
  return contrastWithWhite > contrastWithBlack ? [255, 255, 255] : [0, 0, 0];
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
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
