// needs: postgres redis
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../src/base/index.ts';
import { openStore } from '../../src/store/index.ts';
import { autoApp, browserFor, CLIENTS, type Person, register, signIn, somebody } from '../support/people.ts';
import { type RunningServer, setUps, startBacking, startServer } from '../support/server.ts';
import { freePort } from '../support/services.ts';
import { startSmtpServer } from '../support/smtp-server.ts';

const AT_A_TIME = 6;
const KILLS = 3;
const BETWEEN_KILLS = 2500;

for (const setUp of setUps) {
  test(`${setUp}: after kill -9 amid registrations and sign-ins, what was answered as done is there, once`, async (t) => {
    const backing = await startBacking(setUp, { durable: true });
    t.after(backing.close);
    const mail = await startSmtpServer();
    t.after(mail.close);
    const port = await freePort();
    let server: RunningServer = await startServer({ backing, file: CLIENTS, port, mail });
    const rp = await autoApp(server.issuer);
    const registered: Person[] = [];
    let signedIn = 0;
    let stopped = false;

    async function comeAndGo(): Promise<void> {
      while (!stopped) {
        const person = somebody();
        try {
          await register(server, rp, browserFor(server.issuer), person);
          registered.push(person);
          await signIn(rp, browserFor(server.issuer), person);
          signedIn += 1;
        } catch {
          // The server went away in the middle: this person was told nothing.
          await sleep(50);
        }
      }
    }

    const people = Array.from({ length: AT_A_TIME }, comeAndGo);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(BETWEEN_KILLS);
      await server.kill();
      server = await startServer({ backing, file: CLIENTS, port, mail });
    }
    await sleep(500);
    stopped = true;
    await Promise.all(people);
    assert.ok(registered.length > 10 && signedIn > 5, `only ${registered.length} and ${signedIn}`);

    for (const person of registered.slice(-40)) {
      assert.ok((await signIn(rp, browserFor(server.issuer), person)).access_token, person.email);
    }
    await server.kill();

    const { store, close } = await openStore({
      databaseUrl: backing.databaseUrl,
      dataDir: backing.dataDir ?? '',
      log: createLog('silent'),
    });
    t.after(close);
    for (const { email } of registered) {
      const user = await store.users.findByEmail(email);
      assert.ok(user, email);
      const events = await store.auditEvents.list({ userId: user.id, types: ['user.registered'], limit: 10 });
      assert.equal(events.length, 1, email);
    }
  });
}
