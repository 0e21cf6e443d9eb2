// needs: postgres redis
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import * as client from 'openid-client';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import { createLog, systemClock } from '../../src/base/index.ts';
import { readConfig, readConfigFile } from '../../src/config/index.ts';
import { readDocument } from '../../src/management/index.ts';
import { waitForMail } from '../support/mailbox.ts';
import { arrived, autoApp, browserFor, CLIENTS, MACHINE_SECRET, type Person, register, signIn, somebody } from '../support/people.ts';
import { createRelyingParty } from '../support/rp.ts';
import { freePort } from '../support/services.ts';
import { startBacking } from '../support/server.ts';
import { startSmtpServer } from '../support/smtp-server.ts';

/**
 * Waits for a store one after another: calls that are under way at the same time count once. What runs beside the
 * requests (the outbox, the look at the snapshot) is kept out by taking the fewest of several runs.
 */
const counter = { outstanding: 0, waits: 0, sql: 0 };

function counted<Arguments extends unknown[]>(isSql: boolean, call: (...all: Arguments) => Promise<unknown>) {
  return function (this: unknown, ...all: Arguments): Promise<unknown> {
    if (counter.outstanding === 0) counter.waits += 1;
    if (isSql) counter.sql += 1;
    counter.outstanding += 1;
    return call.apply(this, all).finally(() => {
      counter.outstanding -= 1;
    });
  };
}
