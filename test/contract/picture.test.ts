import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { createReencodePicture } from '../../src/selfservice/index.ts';

const reencodePicture = createReencodePicture();

/** Made before the first picture is read: from then on only photographs can be. */
const plain = sharp({ create: { width: 640, height: 480, channels: 3, background: '#336699' } });
const telling = { IFD0: { Artist: 'Ada Lovelace', Software: 'camera' }, IFD3: { GPSLatitude: '48/1 51/1 30/1' } };
const [jpeg, png, webp, gif, tiff] = await Promise.all([
  plain.clone().withExif(telling).jpeg().toBuffer(),
  plain.clone().png().toBuffer(),
  plain.clone().webp().toBuffer(),
  plain.clone().gif().toBuffer(),
  plain.clone().tiff().toBuffer(),
]);
const tall = await sharp({ create: { width: 100, height: 400, channels: 3, background: '#fff' } })
  .withMetadata({ orientation: 6 })
  .jpeg()
  .toBuffer();
const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#000' } })
  .png()
  .toBuffer();
const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
);

for (const [name, picture] of Object.entries({ jpeg, png, webp, tall })) {
  test(`a ${name} becomes a small square, and nothing else of the file is left`, async () => {
    const made = await reencodePicture(picture);
    assert.ok(made);
    assert.equal(made.type, 'image/webp');
    const { width, height, format, exif, icc, xmp, orientation } = await sharp(made.bytes).metadata();
    assert.deepEqual([width, height, format], [256, 256, 'webp']);
    assert.deepEqual([exif, icc, xmp, orientation], [undefined, undefined, undefined, undefined]);
    assert.ok(!Buffer.from(made.bytes).includes('Lovelace'));
    assert.ok(made.bytes.length < 40_000);
  });
}

test('the camera wrote down more than the picture keeps', () => assert.ok(jpeg.includes('Lovelace')));

const refused: Record<string, Uint8Array> = {
  ...{ gif, tiff, svg, bomb, nothing: new Uint8Array(), noise: randomBytes(5000) },
  'half a picture': png.subarray(0, png.length / 2),
  'a page': Buffer.from('<!doctype html><script>alert(1)</script>'),
  'a picture with a page behind its name': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n'), Buffer.from('<script>')]),
};
for (const [name, bytes] of Object.entries(refused)) {
  test(`${name} is refused`, async () => assert.equal(await reencodePicture(bytes), undefined));
}

test('a picture that is painted over and over again is refused at once, and one with something behind its end is not', async () => {
  const progressive = await plain.clone().jpeg({ progressive: true }).toBuffer();
  const scan = progressive.subarray(progressive.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
  const again = Buffer.concat([
    progressive.subarray(0, -2),
    ...Array.from({ length: 3000 }, () => scan),
    progressive.subarray(-2),
  ]);
  assert.equal(await reencodePicture(again), undefined);
  assert.ok(await reencodePicture(progressive));
  const film = Buffer.concat([jpeg, Buffer.alloc(200_000, Buffer.from([0xff, 0xda]))]);
  assert.ok(await reencodePicture(film), 'as telephones append');
});

test('one is made at a time; of many at once a few wait, and the others are told to come back', async () => {
  const crowd = await Promise.allSettled(Array.from({ length: 12 }, () => reencodePicture(png)));
  const made = crowd.filter(({ status }) => status === 'fulfilled').length;
  assert.equal(made, 4);
  for (const one of crowd) if (one.status === 'rejected') assert.equal(one.reason.code, 'busy');
  assert.ok(await reencodePicture(png), 'and afterwards there is room again');
});
