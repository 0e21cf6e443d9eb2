import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Goes on with Tab until the focus is where it is wanted; on the way, it can be seen wherever it is. */
export async function tabTo(page: Page, wanted: string, most = 60): Promise<void> {
  for (let stops = 0; stops < most; stops += 1) {
    const { there, visible, what } = await focused(page, wanted);
    if (stops > 0 && !what.startsWith('body')) assert.ok(visible, `the focus can be seen on ${what}`);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never came to ${wanted} on ${page.url()}`);
}

/** Where the focus is. @param wanted a selector */
function focused(page: Page, wanted: string) {
  return page.evaluate((selector) => {
    const element = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    element.setAttribute('data-reached', '');
    return {
      there: element.matches(selector),
      visible: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1,
      what: `${element.localName} ${element.getAttribute('name') ?? element.textContent?.trim().slice(0, 30)}`,
    };
  }, wanted);
}

/** What a pointer can use and the Tab key does not come to, or comes to unseen, on the page as it was opened. */
export async function unreachable(page: Page): Promise<string[]> {
  const CONTROLS = 'a[href], button:enabled, input:enabled:not([type=hidden]), select, textarea, summary';
  const controls = page.locator(CONTROLS).filter({ visible: true });
  const wrong: string[] = [];
  for (let stops = (await controls.count()) + 3; stops > 0; stops -= 1) {
    await page.keyboard.press('Tab');
    const { visible, what } = await focused(page, 'body');
    if (!visible && !what.startsWith('body')) wrong.push(`unseen focus: ${what}`);
  }
  const missed = await controls.evaluateAll((all) =>
    all
      .filter((one) => !one.hasAttribute('data-reached'))
      .map((one) => `never reached: ${one.outerHTML.slice(0, 120)}`),
  );
  return [...wrong, ...missed];
}
