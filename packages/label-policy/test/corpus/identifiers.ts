import { embedded, type Family, growFamily } from './family.js';
import { word, ordinary } from './words.js';

const HEX = '0123456789abcdef';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const uuid: Family = growFamily({
  reason: 'uuid',
  seed: 1,
  written: {
    positives: `
      919108f7-52d1-4320-9bac-f847db4148a8
      919108F7-52D1-4320-9BAC-F847DB4148A8
      {919108f7-52d1-4320-9bac-f847db4148a8}
      urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8
      919108f752d143209bacf847db4148a8
      919108f7_52d1_4320_9bac_f847db4148a8
      919108f7.52d1.4320.9bac.f847db4148a8
      919108f7:52d1:4320:9bac:f847db4148a8
      00000000-0000-0000-0000-000000000000
      ffffffff-ffff-ffff-ffff-ffffffffffff
      c232ab00-9414-11ec-b3c8-9f6bdeced846
      5df41881-3aed-3515-88a7-2f4a814cf09e
      1ec9414c-232a-6b00-b3c8-9f6bdeced846
      017f22e2-79b0-7cc3-98c4-dc0c0c07398f
      2489e9ad-2ee2-8e00-8ec9-32d5f69181c0
      tasks/919108f7-52d1-4320-9bac-f847db4148a8/run.json
      user_919108f752d143209bacf847db4148a8
    `,
    hardNegatives: `
      12345678-1234-1234-1234-12345678901g
      12345678-1234-1234-1234-1234567890
      1234567-1234-1234-1234-123456789012
      12345678-123-1234-1234-123456789012
      deadbeef-cafe-babe
      da39a3ee5e6b4b0d3255bfef95601890afd80709
      sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
      feature-facade-accede-decade
      00-11-22-33-44-55
    `,
  },
  makePositive: (random) => {
    const version = random.pick(['1', '2', '3', '4', '5', '6', '7', '8']);
    const groups = [
      random.text(8, HEX),
      random.text(4, HEX),
      version + random.text(3, HEX),
      random.pick(['8', '9', 'a', 'b']) + random.text(3, HEX),
      random.text(12, HEX),
    ];
    const text = groups.join(random.pick(['-', '-', '-', '', '_']));
    return embedded(random, random.below(3) === 0 ? text.toUpperCase() : text);
  },
  makeHardNegative: (random) =>
    embedded(
      random,
      random.pick([
        () => random.text(40, HEX),
        () => `sha256:${random.text(64, HEX)}`,
        () => [8, 4, 4, 4, 11].map((length) => random.text(length, HEX)).join('-'),
        () => [8, 4, 4, 12].map((length) => random.text(length, HEX)).join('-'),
        () => [8, 4, 4, 4, 12].map((length) => random.text(length, 'ghijklmnopqrstuvwxyz')).join('-'),
        () => `${random.text(12, HEX)}-${random.text(4, HEX)}`,
        () => random.text(31, HEX),
        () => ordinary(random),
      ])(),
    ),
});

export const ulid: Family = growFamily({
  reason: 'ulid',
  seed: 2,
  written: {
    positives: `
      01ARZ3NDEKTSV4RRFFQ69G5FAV
      01arz3ndektsv4rrffq69g5fav
      job_01HV6YQ2Z5W8K3T9E7R4M1N0PB
      run/01HV6YQ2Z5W8K3T9E7R4M1N0PB/log
      7ZZZZZZZZZZZZZZZZZZZZZZZZZ
    `,
    hardNegatives: `
      81ARZ3NDEKTSV4RRFFQ69G5FAV
      01ARZ3NDEKTSV4RRFFQ69G5FAU
      01ARZ3NDEKTSV4RRFFQ69G5FA
      01ARZ3NDEKTSV4RRFFQ69G5FAVX
      12345678901234567890123456
      abcdefghjkmnpqrstvwxyzabcd
      0x1234567890abcdef12345678
    `,
  },
  makePositive: (random) => {
    const text = `01${random.text(24, CROCKFORD)}`;
    return embedded(random, random.below(3) === 0 ? text.toLowerCase() : text);
  },
  makeHardNegative: (random) =>
    embedded(
      random,
      random.pick([
        () => random.text(1, '89ABCDEFGH') + random.text(25, CROCKFORD),
        () => `01${random.text(23, CROCKFORD)}`,
        () => `01${random.text(25, CROCKFORD)}`,
        () => `01${random.text(20, CROCKFORD)}ILOU`,
        () => random.digits(26),
        () => `0${word(random)}${word(random)}${word(random)}${word(random)}illousion`.slice(0, 26),
        () => ordinary(random),
      ])(),
    ),
});

export const objectId: Family = growFamily({
  reason: 'object-id',
  seed: 3,
  written: {
    positives: `
      507f1f77bcf86cd799439011
      507F1F77BCF86CD799439011
      ObjectId("507f1f77bcf86cd799439011")
      /orders/65b8f1a2c3d4e5f60718293a
      doc_65b8f1a2c3d4e5f60718293a
    `,
    hardNegatives: `
      507f1f77bcf86cd79943901
      507f1f77bcf86cd7994390111
      507f1f77bcf86cd79943901g
      507f1f77-bcf8-6cd7-9943-9011
      000000000000000000000000
      facadefacadefacadefacade
      507F1f77bcf86cd799439011
    `,
  },
  makePositive: (random) => {
    const text = `6${random.text(23, HEX)}`;
    return embedded(random, random.below(4) === 0 ? text.toUpperCase() : text);
  },
  makeHardNegative: (random) =>
    embedded(
      random,
      random.pick([
        () => random.text(23, HEX),
        () => random.text(25, HEX),
        () => `${random.text(23, HEX)}${random.text(1, 'ghjkmnpqrstvwxyz')}`,
        () => random.digits(24),
        () => random.text(24, 'abcdefghijklmnopqrstuvwxyz'),
        () => random.text(40, HEX),
        () => `${random.text(12, HEX)}-${random.text(12, HEX)}`,
        () => ordinary(random),
      ])(),
    ),
});

export const longNumber: Family = growFamily({
  reason: 'long-number',
  seed: 4,
  written: {
    positives: `
      1234567890123456789
      175928847299117063
      order-000123456789
      ٠١٢٣٤٥٦٧٨٩
      １２３４５６７８９０
      #987654321
      acct 123456789012
    `,
    hardNegatives: `
      20240131
      12345678
      1.2.3.4.5.6.7.8.9
      1234-5678-9012
      10_000_000
      1,000,000,000
      utf8mb4
      2024-01-31
      60-120-300-600
      0x7fffffff
      h264-1080p-60fps
      9999
    `,
  },
  makePositive: (random) => embedded(random, random.digits(9 + random.below(12))),
  makeHardNegative: (random) =>
    embedded(
      random,
      random.pick([
        () => random.digits(1 + random.below(8)),
        () => `${random.digits(4)}-${random.digits(4)}-${random.digits(4)}`,
        () => `${random.digits(3)}.${random.digits(3)}.${random.digits(6)}`,
        () => `20${random.digits(6)}`,
        () => `${word(random)}-${random.digits(8)}`,
        () => `${random.digits(8)}${random.text(1, 'abcdef')}${random.digits(8)}`,
        () => `${random.below(9)}.${random.digits(8)}`,
        () => ordinary(random),
      ])(),
    ),
});
