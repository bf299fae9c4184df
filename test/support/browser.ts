import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** Debian's Chromium with a fresh profile and without background requests. */
export async function startBrowser(
  options: { javaScriptEnabled?: boolean } = {},
): Promise<{ browser: BrowserContext; close: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'boxreel-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    acceptDownloads: true,
    ...options,
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }, // otherwise it cannot open files with non-ASCII names
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
 * Collects the problems of a page from now on: failing scripts, refused requests, and violations of the
 * Content-Security-Policy. Check the list at the end of a test.
 */
export function collectPageErrors(page: Page): string[] {
  const pageErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => pageErrors.push(error.message));
  return pageErrors;
}

/** Waits until an expression is true in the page. The Content-Security-Policy blocks Playwright's waitForFunction. */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  await page.evaluate(`(async () => {
    while (!(${expression})) await new Promise((next) => requestAnimationFrame(next));
  })()`);
}

/** A page and its problems so far. */
interface OpenedPage {
  readonly page: Page;
  readonly pageErrors: string[];
}

/**
 * Starts a browser for the tests of a file and opens a new page before each; a test fails if its page has had problems.
 * Call it between the file's own `beforeAll` and `afterAll`: hooks run in this order.
 */
export function openPageForEachTest(use: (opened: OpenedPage) => void): void {
  let started: Awaited<ReturnType<typeof startBrowser>>;
  let opened: OpenedPage;
  beforeAll(async () => {
    started = await startBrowser();
  });
  afterAll(() => started.close());
  beforeEach(async () => {
    const page = await started.browser.newPage();
    opened = { page, pageErrors: collectPageErrors(page) };
    use(opened);
  });
  afterEach(async () => {
    await opened.page.close();
    expect(opened.pageErrors).toEqual([]);
  });
}
