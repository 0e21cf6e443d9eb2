// needs: postgres redis
import assert from 'node:assert/strict';
import { autoApp, browserFor, CLIENTS, register, signIn, somebody } from '../support/people.ts';
import { onEverySetUp } from '../support/server.ts';

onEverySetUp(CLIENTS, {
  'a person registers, proves their mailbox, and the app gets truthful claims': async (server) => {
    const rp = await autoApp(server.issuer);
    const person = somebody();
    const tokens = await register(server, rp, browserFor(server.issuer), person);
    const claims = tokens.claims();
    assert.equal(claims?.email, person.email);
    assert.equal(claims?.email_verified, true);
    assert.equal(claims?.acr, 'aal1');
    assert.deepEqual(claims?.amr, ['otp']);
    assert.ok(tokens.refresh_token);
  },

  'a registered person signs in with the password from another browser': async (server) => {
    const rp = await autoApp(server.issuer);
    const person = somebody();
    await register(server, rp, browserFor(server.issuer), person);
    const tokens = await signIn(rp, browserFor(server.issuer), person);
    assert.deepEqual(tokens.claims()?.amr, ['pwd']);
  },
});
