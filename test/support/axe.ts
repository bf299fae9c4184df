import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const SCREENS = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };

/**
 * The same rules as by default, in a quarter of the time: the legacy mode opens no second page to merge frames, of which
 * our pages have none, and only violations are reported in full.
 */
async function analyze(page: Page) {
  if (page.frames().length !== 1) throw new Error('The legacy mode of axe skips frames of other origins.');
  return new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .analyze();
}

/**
 * Accessibility problems of a page, in light and dark mode, on a phone and on a desktop: what axe calls serious or
 * critical, and a page wider than the screen.
 */
export async function problemsOf(page: Page): Promise<string[]> {
  const problems: string[] = [];
  for (const [screen, size] of Object.entries(SCREENS)) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const where = `${new URL(page.url()).pathname}, ${screen}, ${colorScheme}`;
      const { violations } = await analyze(page);
      for (const { id, impact, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue;
        for (const { target, failureSummary } of nodes)
          problems.push(`${where}: ${id} at ${target.join(' ')}: ${failureSummary ?? ''}`);
      }
    }
    const [content, room] = await page.evaluate<[number, number]>(
      '[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]',
    );
    if (content > room)
      problems.push(`${page.url()}, ${screen}: ${content} pixels wide where there are ${room}`);
  }
  return problems;
}
