import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Starts Chromium. Throws if there is none: a check that cannot run counts as failed. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `There is no browser at ${CHROMIUM}. Install Debian's package chromium, or set CHROMIUM to its path.`,
    )
  }
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

export type OpenPage = AsyncDisposable & {
  page: Page
  /** The problems that the browser reported: script errors, and what the page's policy blocked. */
  complaints: string[]
  /** The addresses that the page requested, except its own. */
  requests: string[]
}

/** Opens a report as a file, as people do. */
export async function openReport(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  const address = pathToFileURL(path).href
  page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    if (request.url() !== address) requests.push(request.url())
  })
  await page.goto(address)
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() }
}

/** Whether anything on the page is wider than the screen. */
export async function isTooWide(page: Page): Promise<boolean> {
  return await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')
}
