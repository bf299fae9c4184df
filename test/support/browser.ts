import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** Debian's Chromium with a fresh profile, asking nobody but the pages it is sent to. */
export async function startBrowser(
  options: { javaScriptEnabled?: boolean } = {},
): Promise<{ browser: BrowserContext; close: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'boxreel-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    acceptDownloads: true,
    ...options,
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }, // else it cannot open a file with letters like these
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
  const close = async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { browser, close };
}

/**
 * What the page complains of from now on: scripts that fail, requests that are refused, and what a Content-Security-Policy
 * forbids. A test looks at it in the end.
 */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** Waits until an expression holds in the page. Our Content-Security-Policy keeps Playwright's waitForFunction from that. */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  await page.evaluate(`(async () => {
    while (!(${expression})) await new Promise((next) => requestAnimationFrame(next));
  })()`);
}
