import type { Random } from './random.js';

const WORDS = (
  'send resize import export sync charge refund notify archive render encode decode upload download index search rebuild ' +
  'cleanup migrate publish consume retry schedule order invoice payment report image video thumbnail email digest ' +
  'webhook cache session queue worker batch stream nightly hourly daily full partial remote local default primary ' +
  'replica billing catalog stock shipping checkout basket profile search product price tax region backup restore'
).split(' ');

/** A word of the kind that tasks and routes are named with. */
export function word(random: Random): string {
  return random.pick(WORDS);
}

/** An ordinary label value: a task, a version, a route template, a class name, a host of a cluster. */
export function ordinary(random: Random): string {
  const [a, b, c] = [word(random), word(random), word(random)];
  const number = random.below(100);
  return random.pick([
    `${a}-${b}`,
    `${a}_${b}_${c}`,
    `${a}.${b}.${c}`,
    `${a}:${b}`,
    `${capital(a)}${capital(b)}${capital(c)}Task`,
    `com.example.${a}.${capital(b)}${capital(c)}Handler`,
    `/${a}/:id/${b}`,
    `/api/v${random.below(4)}/${a}/{${b}Id}`,
    `v${random.below(9)}.${number}.${random.below(30)}`,
    `${random.below(9)}.${number}.${random.below(30)}-rc.${random.below(9)}`,
    `${a}-${number}`,
    `${a}${number}`,
    `node-${number}.${b}.example.com`,
    `${a.toUpperCase()}_${b.toUpperCase()}_${number}`,
    `eu-west-${random.below(3)}${random.pick(['a', 'b', 'c'])}`,
    `${a}@${random.below(9)}.${number}.0`,
    `${b}-${random.text(7, '0123456789abcdef')}`,
  ]);
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
