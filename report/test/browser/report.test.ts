import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeReport } from '../../write-report.ts'
import { account, object, writeRun } from '../small-run.ts'
import { isTooWide, openReport, startBrowser } from './browser.ts'
import { writeLargeReport } from './many-records.ts'

const ID = '001EX000000001AYAQ'
const EVIL = '<img src=x onerror="window.wasHacked = 1"></script><script>window.wasHacked = 1</script>'
const TURNED = 'Acme \u202Egnp.exe'
const LONG = 'W'.repeat(10_000)

let browser: Browser
let run: Awaited<ReturnType<typeof writeRun>>
let report: string

beforeAll(async () => {
  browser = await startBrowser()
  const failed = {
    action: 'update',
    key: ID,
    id: 7,
    status: 'failed',
    http_status: 422,
    code: 'DuplicateValue',
    attributes: [] as string[],
    error: `${EVIL}`,
  } as const
  const update = (id: number, salesforce_id: string, name: string) =>
    object('global', {
      ...{ id, salesforce_id, name, account_owner: EVIL },
      changes: {
        support_level: { from: 'gold', to: 'premium' },
        solutions_architect: { from: TURNED, to: LONG },
      },
    })
  run = await writeRun({
    artifacts: {
      'accounts/salesforce_accounts.json': [account(ID, 'Größe & Söhne', 'Premium - 1 Year')],
      'processor/plans_used.json': [{ section: 'sm_premium', charge_name: 'Premium - 1 Year' }],
      'processor/overrides_used.json': [],
      'orgs/zendesk_global.json': [{ support_level: 'gold' }],
      'processor/global_accounts.json': [{ support_level: 'premium' }],
      'processor/unmapped_charges.json': [
        { charge_name: EVIL, accounts: 1, arr: 4800, salesforce_ids: [ID] },
      ],
      'compare-global/global_updates.json': [
        update(7, ID, 'Größe & Söhne'),
        update(8, EVIL, EVIL),
        update(9, '001EX000000003CYAQ', TURNED),
        update(10, '001EX000000004DYAQ', LONG),
        update(11, '001EX000000005EYAQ', 'شركة المثال'),
      ],
      'compare-usgov/usgov_creates.json': [
        object('usgov', { salesforce_id: '001EX000000006FYAQ', name: 'Bureau' }),
      ],
      'sync-global/sync_results.json': [failed],
    },
    stages: {
      'sync-global': {
        state: 'records-failed',
        exit_code: 4,
        results: { update_failed: 1 },
        failures: [failed],
      },
    },
  })
  const stamp = (stage: string, artifact: string, instance: string) => ({
    [artifact]: {
      stage,
      artifact,
      instance,
      sha256: '',
      read_at: '2026-11-23T10:00:00.000Z',
      run_id: 'run-7',
    },
  })
  for (const [stage, artifact, instance] of [
    ['accounts', 'salesforce_accounts.json', 'https://acme.my.salesforce.example'],
    ['orgs', 'zendesk_global.json', 'https://acme.zendesk.example'],
  ] as const)
    await writeFile(join(run.dir, stage, 'stamps.json'), JSON.stringify(stamp(stage, artifact, instance)))
  report = await writeReport(run)
})
afterAll(async () => {
  await browser.close()
  await run[Symbol.asyncDispose]()
})

test('it opens without network or errors, and its first heading says whether the run worked', async () => {
  await using opened = await openReport(browser, report)
  expect(await opened.page.locator('h1').textContent()).toMatch(/^It worked, but one record failed/)
  expect(await opened.page.locator('.stage').count()).toBe(9)
  expect(await opened.page.locator('figure svg').count()).toBeGreaterThanOrEqual(3)
  expect(opened).toMatchObject({ complaints: [], requests: [] })
})

test('the search finds part of a name regardless of accents and case, a salesforce_id and a Zendesk id', async () => {
  await using opened = await openReport(browser, report)
  const { page } = opened
  for (const query of ['sohne groß', 'SÖHNE', ID, ID.slice(0, 15), '7 größe']) {
    await page.fill('#query', query)
    expect(await page.locator('#results > li .title').allTextContents()).toEqual(['Größe & Söhne'])
    expect(await page.locator('#found').textContent()).toBe('1 of 6 records')
  }
  await page.fill('#query', 'nobody at all')
  expect(await page.locator('#results > li').count()).toBe(0)
})

test('a single result is open, with its changes, the reasons and the outcome', async () => {
  await using opened = await openReport(browser, report)
  await opened.page.fill('#query', ID)
  const detail = opened.page.locator('.detail')
  const changes = await detail.locator('tbody').first().locator('tr').allTextContents()
  expect(changes[0]).toBe('support_levelgoldpremium')
  expect(await detail.locator('.path').first().locator('li').allTextContents()).toEqual([
    'charge "Premium - 1 Year"',
    'section sm_premium',
    'level premium',
    'support_level "premium"',
  ])
  expect(await detail.textContent()).toContain('DuplicateValue')
  expect(await detail.textContent()).toContain('Subscription A-S1 → Global')
})

test('the filters select by stage, action, outcome and attribute', async () => {
  await using opened = await openReport(browser, report)
  const { page } = opened
  const found = () => page.locator('#results > li').count()
  for (const [filter, label, records] of [
    ['#stage', 'sync-usgov', 1],
    ['#action', 'create', 1],
    ['#outcome', 'failed', 1],
    ['#attribute', 'solutions_architect', 5],
  ] as const) {
    await page.selectOption(filter, { label })
    expect(await found(), filter).toBe(records)
    await page.selectOption(filter, '')
  }
  expect(await found()).toBe(6)
})

test('search and filters are in the address: a link opens the same view, and Back undoes one choice', async () => {
  await using opened = await openReport(browser, report)
  const { page } = opened
  const titles = () => page.locator('#results > li .title').allTextContents()
  const seen = async () => [await page.inputValue('#query'), await page.inputValue('#action'), await titles()]
  const whole = await seen()
  await page.locator('#query').pressSequentially('größe')
  const searched = await seen()
  await page.selectOption('#action', 'update')
  await page.selectOption('#stage', 'sync-usgov')
  expect(await titles()).toEqual([])
  const address = page.url()
  expect(address).toContain('#q=gr%C3%B6%C3%9Fe&stage=sync-usgov&action=update')
  await page.selectOption('#stage', 'sync-global')
  const narrow = await seen()
  const link = page.url()

  await page.goBack()
  expect(page.url()).toBe(address)
  await page.goBack()
  await page.goBack()
  expect(await seen()).toEqual(searched)
  await page.goBack()
  expect(await seen()).toEqual(whole)
  await page.goForward()
  expect(await seen()).toEqual(searched)

  const other = await opened.page.context().newPage()
  await other.goto(link)
  expect(await other.inputValue('#query')).toBe('größe')
  expect(await other.inputValue('#stage')).toBe('sync-global')
  expect(await other.locator('#results > li .title').allTextContents()).toEqual(narrow[2])
  expect(opened.complaints).toEqual([])
})

test('a link to a section keeps the search, and an incomplete or unknown link breaks nothing', async () => {
  await using opened = await openReport(browser, report)
  const { page } = opened
  await page.fill('#query', 'sohne')
  await page.locator('nav a').first().click()
  expect(await page.locator('#results > li').count()).toBe(1)
  for (const [hash, records] of [
    ['#q=%E0%A4%A', 0],
    ['#stage=no-such-stage', 0],
    ['#q=', 6],
    ['#', 6],
  ] as const) {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
    await page.waitForTimeout(50)
    expect(await page.locator('#results > li').count(), hash).toBe(records)
  }
  expect(opened.complaints).toEqual([])
})

test('a record links to Salesforce, Zendesk and itself; one without an account only to itself', async () => {
  await using opened = await openReport(browser, report)
  const { page } = opened
  const links = async (query: string) => {
    await page.fill('#query', query)
    const detail = page.locator('.detail').first()
    if (!(await detail.isVisible())) await page.locator('#results summary').first().click()
    return await detail
      .locator('p')
      .first()
      .locator('a')
      .evaluateAll(all => all.map(one => one.getAttribute('href')))
  }
  expect(await links(ID)).toEqual([
    'https://acme.zendesk.example/agent/organizations/7',
    `https://acme.my.salesforce.example/${ID}`,
    `#q=${ID}`,
  ])
  expect(await links('8 img')).toEqual([
    'https://acme.zendesk.example/agent/organizations/8',
    expect.stringMatching(/^#q=%3Cimg/),
  ])
  expect(await links('Bureau')).toEqual([
    'https://acme.my.salesforce.example/001EX000000006FYAQ',
    '#q=001EX000000006FYAQ',
  ])
})

test('a key in a concern links to its record', async () => {
  await using opened = await openReport(browser, report)
  await opened.page.locator('#attention').getByRole('link', { name: ID, exact: true }).click()
  expect(await opened.page.locator('#results .title').allTextContents()).toEqual(['Größe & Söhne'])
  expect(await opened.page.inputValue('#query')).toBe(ID)
})

test('the keyboard alone reaches the search and the results, and opens one', async () => {
  await using opened = await openReport(browser, report)
  const { page } = opened
  const focused = () => page.evaluate<string>('document.activeElement.id || document.activeElement.tagName')
  for (let presses = 0; presses < 60 && (await focused()) !== 'query'; presses++)
    await page.keyboard.press('Tab')
  expect(await focused()).toBe('query')
  await page.keyboard.type('acme')
  await page.keyboard.press('Enter')
  for (let presses = 0; presses < 8 && (await focused()) !== 'SUMMARY'; presses++)
    await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  expect(await page.locator('.detail').isVisible()).toBe(true)
  expect(opened.complaints).toEqual([])
})

test('a hostile name is plain text: nothing runs, no text changes direction, and a long name is cut', async () => {
  await using opened = await openReport(browser, report)
  const { page } = opened
  for (const details of await page.locator('#results details').all())
    await details.locator('summary').first().click()
  expect(await page.evaluate('window.wasHacked')).toBe(undefined)
  expect(await page.locator('img').count()).toBe(0)
  const titles = await page.locator('#results .title').allTextContents()
  expect(titles).toContain(EVIL)
  expect(titles).toContain('Acme \\u202egnp.exe')
  expect(titles).toContainEqual(expect.stringMatching(/^W{300}… \(10,000 characters\)$/))
  expect(opened.complaints).toEqual([])
})

test('the policy blocks a script and a style that are added later', async () => {
  await using opened = await openReport(browser, report)
  await expect(opened.page.addScriptTag({ content: 'window.wasHacked = 1' })).rejects.toThrow()
  await opened.page.evaluate(
    "document.body.append(Object.assign(document.createElement('style'), { textContent: 'h1 { display: none }' }))",
  )
  expect(await opened.page.evaluate('window.wasHacked')).toBe(undefined)
  expect(await opened.page.locator('h1').isVisible()).toBe(true)
})

test('nothing is wider than 360 pixels, with everything opened', async () => {
  await using opened = await openReport(browser, report, { viewport: { width: 360, height: 740 } })
  const { page } = opened
  expect(await isTooWide(page)).toBe(false)
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
  await page.locator('.detail').nth(5).waitFor()
  expect(await isTooWide(page)).toBe(false)
})

test('text and background have enough contrast in both modes', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await using opened = await openReport(browser, report, { colorScheme })
    const colors = await opened.page.evaluate<[string, string]>(
      '(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))',
    )
    const [ink, paper] = colors.map(brightness)
    expect(Math.abs(Number(ink) - Number(paper))).toBeGreaterThan(180)
    expect(Number(paper) > 128).toBe(colorScheme === 'light')
  }
})

test('with 100,000 records it opens, searches and opens a record quickly, and lists only a few', {
  // On a busy machine, creating the page takes most of the time.
  timeout: 120_000,
}, async () => {
  await using large = await writeLargeReport(100_000)
  const started = performance.now()
  await using opened = await openReport(browser, large.path)
  const { page } = opened
  await page.locator('#results > li').first().waitFor()
  const toOpen = performance.now() - started
  expect(await page.locator('#results > li').count()).toBe(50)
  const toSearch = await page.evaluate<number>(`(() => {
    const query = document.getElementById('query')
    const started = performance.now()
    query.value = 'zurich 99997'
    query.dispatchEvent(new Event('input'))
    return performance.now() - started
  })()`)
  expect(await page.locator('#results .title').allTextContents()).toEqual(['Company 99997 of Zürich'])
  await page.locator('.detail').waitFor()
  console.log(`100,000 records: open ${Math.round(toOpen)} ms, search ${Math.round(toSearch)} ms`)
  // Ten times the time on an idle machine. This detects quadratic growth.
  expect(toOpen).toBeLessThan(15_000)
  expect(toSearch).toBeLessThan(1_500)
})

function brightness(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map(Number)
  return 0.299 * red + 0.587 * green + 0.114 * blue
}
