// needs: postgres
import assert from 'node:assert/strict';
import { UniqueViolation } from '../../src/store/index.ts';
import { json, sql } from '../../src/store/sql.ts';
import { onEveryDriver } from '../store/drivers.ts';

onEveryDriver({
  'values of every type that is stored come back the same': async ({ db }) => {
    const row = await db.one(sql`
      select ${'text'}::text as text, ${7}::int as int, ${true}::boolean as yes, ${json([{ a: [1] }])}::jsonb as json,
        to_timestamp(${1.5}) as time, ${Buffer.from([0, 255])}::bytea as bytes, ${['a', 'b']}::text[] as list,
        ${null}::text as nothing`);
    const { bytes, ...rest } = row;
    assert.deepEqual([...(bytes as Uint8Array)], [0, 255]);
    assert.deepEqual(rest, {
      ...{ text: 'text', int: 7, yes: true, json: [{ a: [1] }], time: new Date(1500), list: ['a', 'b'], nothing: null },
    });
  },

  'rows are counted when they are changed, and missed when one was promised': async ({ db }) => {
    await db.run(sql`create table counted (id int)`);
    assert.equal(await db.run(sql`insert into counted select generate_series(1, 3)`), 3);
    assert.equal(await db.run(sql`update counted set id = id where id > ${1}`), 2);
    assert.equal(await db.run(sql`delete from counted where id = ${9}`), 0);
    assert.equal((await db.all(sql`select id from counted`)).length, 3);
    assert.equal(await db.maybe(sql`select id from counted where id = ${9}`), undefined);
    await assert.rejects(db.one(sql`select id from counted where id = ${9}`), /no row from: select id/);
  },

  'a violated unique index is named; any other refusal comes as it is': async ({ db }) => {
    await db.run(sql`create table named (id int constraint named_once primary key)`);
    await db.run(sql`insert into named values (1)`);
    await assert.rejects(db.run(sql`insert into named values (1)`), (error) => {
      return error instanceof UniqueViolation && error.constraint === 'named_once';
    });
    await assert.rejects(db.run(sql`insert into named values (null)`), { code: '23502' });
    await assert.rejects(db.run(sql`select * from no_such_table`), { code: '42P01' });
  },

  'a transaction is written whole or not at all': async ({ db }) => {
    await db.run(sql`create table whole (id int)`);
    const rollBack = new Error('roll back');
    await db.tx(async (tx) => {
      await tx.run(sql`insert into whole values (1)`);
      await tx.run(sql`insert into whole values (2)`);
    });
    const work = db.tx(async (tx) => {
      await tx.run(sql`delete from whole`);
      throw rollBack;
    });
    await assert.rejects(work, rollBack);
    assert.equal((await db.all(sql`select id from whole`)).length, 2);
  },

  'a refused statement fails its transaction even when the work swallowed the error': async ({ db }) => {
    await db.run(sql`create table swallowed (id int primary key)`);
    const work = db.tx(async (tx) => {
      await tx.run(sql`insert into swallowed values (1)`);
      await tx.run(sql`insert into swallowed values (1)`).catch(() => undefined);
    });
    await assert.rejects(work, UniqueViolation);
    assert.deepEqual(await db.all(sql`select id from swallowed`), []);
  },

  'a transaction within a transaction can be given up alone': async ({ db }) => {
    await db.run(sql`create table parts (id int primary key)`);
    await db.tx(async (tx) => {
      await tx.run(sql`insert into parts values (1)`);
      await tx.tx((inner) => inner.run(sql`insert into parts values (2)`));
      const refused = tx.tx(async (inner) => {
        await inner.run(sql`insert into parts values (3)`);
        await inner.run(sql`insert into parts values (1)`);
      });
      await assert.rejects(refused, UniqueViolation);
      await tx.run(sql`insert into parts values (4)`);
    });
    assert.deepEqual(
      (await db.all(sql`select id from parts order by id`)).map(({ id }) => id),
      [1, 2, 4],
    );
  },
});
