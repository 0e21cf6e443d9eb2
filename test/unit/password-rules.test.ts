import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLog } from '../../src/base/index.ts';
import { createPasswordRules } from '../../src/verifiers/index.ts';

const lines: string[] = [];
const log = createLog('debug', (line) => lines.push(line));
const check = createPasswordRules({ minLength: 15, log });
const ABOUT = ['maria.schmidt@mail.example', 'Maria', 'Müller-Schmidt', 'Auto Insurance', ''];

async function reason(password: string, about: readonly string[] = []): Promise<string | undefined> {
  return (await check(password, about))?.reason;
}

describe('length is counted in code points (NIST SP 800-63B-4 section 3.1.1.2)', () => {
  test('14 characters are too few, 15 are enough, and the minimum is named', async () => {
    assert.deepEqual(await check('kV9x-tQ2m-zL7w', []), { reason: 'password_too_short', params: { min: 15 } });
    assert.equal(await check('kV9x-tQ2m-zL7wa', []), undefined);
  });

  test('a caller that enforces a second factor may ask for 8', async () => {
    assert.equal(await check('kV9x-tQ2', [], 8), undefined);
    assert.deepEqual(await check('kV9x-tQ', [], 8), { reason: 'password_too_short', params: { min: 8 } });
  });

  test('128 characters are taken, 129 are not', async () => {
    const words = 'gentle otters paint forty blue windmills at noon while seven tired clocks argue about old bread, ';
    const text = (words + words.toUpperCase().split('').reverse().join('')).slice(0, 128);
    assert.equal(await check(text, []), undefined);
    assert.deepEqual(await check(`${text}x`, []), { reason: 'password_too_long', params: { max: 128 } });
  });

  test('a character outside the basic plane counts once, and so does an accented letter typed as two', async () => {
    assert.equal(await reason('🦊🐙🌵🎻🚲🧊🪁🍋🦔🎲🧵🪐🐝🥁'), 'password_too_short');
    assert.equal(await reason('🦊🐙🌵🎻🚲🧊🪁🍋🦔🎲🧵🪐🐝🥁🗝'), undefined);
    assert.equal(await reason('zwölf Dächer x'.normalize('NFD')), 'password_too_short');
  });
});

describe('no rule about composition', () => {
  for (const password of [
    'correct horse battery staple',
    'purpleelephants',
    'vier grüne Gürteltiere',
    'тринадцать зелёных слонов',
    '緑色の象が十三頭歩いている夜明けに',
    'password8391047265',
    'nwkzqjxvbtmrfhd',
    '839104726539105',
  ]) {
    test(`taken: ${password}`, async () => assert.equal(await reason(password, ABOUT), undefined));
  }
});

describe('commonly used passwords and what is hardly more than one', () => {
  for (const password of [
    'passwordpassword',
    'PasswordPassword1',
    'p@ssw0rdp@ssw0rd',
    'ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ',
    'letmeinletmeinletmein',
    'iloveyou12345678',
    'dragon2024dragon2024',
    'qwerty123456789',
    '1qaz2wsx3edc4rfv',
    'qwertyuiopasdfgh',
    '123456789012345',
    'zyxwvutsrqponml',
    'aaaaaaaaaaaaaaa',
    'k7x2k7x2k7x2k7x2',
    '🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊',
    '               ',
  ]) {
    test(`refused: ${password}`, async () => assert.equal(await reason(password), 'password_common'));
  }
});

describe("the user's own data", () => {
  for (const password of [
    'maria.schmidt@mail.example',
    'MARIA.SCHMIDT1985',
    'Müller-Schmidt99',
    'muellerschmidt-maria'.replace('ue', 'u'),
    'autoinsurance2024',
    'schmidtpassword1',
  ]) {
    test(`refused: ${password}`, async () => {
      assert.equal(await reason(password, ABOUT), 'password_personal');
    });
  }

  test('a sentence that mentions a name is fine', async () => {
    assert.equal(await reason('Maria feeds eleven geese', ABOUT), undefined);
  });
});

describe('the breach list', () => {
  test('a listed password is refused, and only what passed every other rule is asked about', async () => {
    const asked: string[] = [];
    const rules = createPasswordRules({
      minLength: 15,
      log,
      breach: async (password) => {
        asked.push(password);
        return password.includes('geese');
      },
    });
    assert.deepEqual(await rules('eleven geese on ice', []), { reason: 'password_breached' });
    assert.equal(await rules('eleven swans on ice', []), undefined);
    assert.equal((await rules('passwordpassword', []))?.reason, 'password_common');
    assert.deepEqual(asked, ['eleven geese on ice', 'eleven swans on ice']);
  });

  test('when it fails the password is taken, and the log says so without the password', async () => {
    const rules = createPasswordRules({ minLength: 15, log, breach: () => Promise.reject(new Error('no route')) });
    lines.length = 0;
    assert.equal(await rules('eleven geese on ice', []), undefined);
    assert.match(lines.join(''), /breach list did not answer/);
    assert.doesNotMatch(lines.join(''), /geese/);
  });
});
