// Colours of a site's house style are used only when they can be read.
export interface House {
  accent: string; // background of a button, as the browser computes it
  ink: string; // text on it
}

type RGB = [number, number, number];

// rgb reads a computed, opaque colour; anything else is null.
export function rgb(color: unknown): RGB | null {
  const m = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(String(color));
  return m && [+m[1], +m[2], +m[3]];
}

function luminance(c: RGB): number {
  const [r, g, b] = c.map((v) => {
    const s = v / 255;
    return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// contrast is WCAG's ratio, 0 when one of the two is no colour.
export function contrast(a: unknown, b: unknown): number {
  const x = rgb(a);
  const y = rgb(b);
  if (!x || !y) return 0;
  const [dark, light] = [luminance(x), luminance(y)].sort((p, q) => p - q);
  return (light + 0.05) / (dark + 0.05);
}
