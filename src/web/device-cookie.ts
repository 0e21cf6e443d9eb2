import type { Context } from 'koa';
import { newSecret } from '../base/index.ts';

/** Marks a browser somebody has signed in with, so that a stranger's guessing never locks it out. 400 days, the browsers' limit. */
const MAX_AGE = 400 * 24 * 3600 * 1000;

const nameOf = (ctx: Context) => (ctx.secure ? '__Host-device' : 'device');

export function readDevice(ctx: Context): string | undefined {
  const value = ctx.cookies.get(nameOf(ctx), { signed: false });
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** Renews the cookie, or gives the browser its first. */
export function keepDevice(ctx: Context): string {
  const device = readDevice(ctx) ?? newSecret();
  ctx.cookies.set(nameOf(ctx), device, {
    maxAge: MAX_AGE,
    httpOnly: true,
    sameSite: 'lax',
    secure: ctx.secure,
    signed: false,
  });
  return device;
}
