import { classColour, contrast, cssColour, textColour, type Rgb } from './colours';

describe('class colours', () => {
  it('are stable per index and valid for any index', () => {
    expect(classColour(3)).toEqual(classColour(3));
    for (const index of [0, 1, 79, 1202, 1e6, -5]) {
      for (const channel of classColour(index)) {
        expect(Number.isInteger(channel) && channel >= 0 && channel <= 255).toBe(true);
      }
    }
  });

  it('are clearly different for 20 classes and distinct for 80', () => {
    const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    const nearest = (classes: number) => {
      const colours = Array.from({ length: classes }, (_, index) => classColour(index));
      return Math.min(...colours.flatMap((a, i) => colours.slice(i + 1).map((b) => distance(a, b))));
    };
    expect(nearest(8)).toBeGreaterThan(90);
    expect(nearest(20)).toBeGreaterThan(40);
    expect(nearest(80)).toBeGreaterThan(19);
  });

  it('contrast with light and dark pages, and with their text', () => {
    for (let index = 0; index < 1203; index++) {
      const colour = classColour(index);
      expect(contrast(colour, [255, 255, 255])).toBeGreaterThan(3);
      expect(contrast(colour, [27, 27, 27])).toBeGreaterThan(3);
      expect(contrast(colour, textColour(colour))).toBeGreaterThan(4.5);
    }
  });

  it('are six hexadecimal digits in CSS', () => {
    expect(cssColour([0, 10, 255])).toBe('#000aff');
  });

  it('have black text if light and white text if dark', () => {
    expect(textColour([255, 255, 0])).toEqual([0, 0, 0]);
    expect(textColour([0, 0, 128])).toEqual([255, 255, 255]);
  });
});
