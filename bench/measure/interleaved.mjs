import { SETTINGS } from '../settings.mjs';
import { median, medians } from './statistics.mjs';

/** Rounds that are added where some were disturbed. */
const MORE_ROUNDS = 3;

/**
 * Measures contenders in turns, the order swapped each round, until enough rounds disturbed none of them or patience ends.
 * @param {string[]} contenders
 * @param {(contender: string) => Promise<{ undisturbed: boolean }>} measure
 */
export async function interleaved(contenders, measure) {
  const rounds = [];
  const isGood = (round) => contenders.every((contender) => round[contender].undisturbed);
  while (rounds.filter(isGood).length < SETTINGS.rounds && rounds.length < SETTINGS.rounds + MORE_ROUNDS) {
    const order = rounds.length % 2 === 0 ? contenders : contenders.toReversed();
    const round = {};
    for (const contender of order) round[contender] = await measure(contender);
    rounds.push(round);
  }
  return rounds;
}

/** The medians of one contender over its undisturbed rounds, and how many these are; over all rounds where there are none. */
export function summary(rounds, contender) {
  const all = rounds.map((round) => round[contender]);
  const undisturbed = all.filter((sample) => sample.undisturbed);
  return {
    ...medians(undisturbed.length > 0 ? undisturbed : all),
    undisturbed: undisturbed.length,
    rounds: all.length,
  };
}

/**
 * The median of `of(left) / of(right)`, each from one round, so that a noisy machine disturbs both sides alike.
 * @returns {{ value: number, rounds: number }} `rounds`: how many had both sides undisturbed
 */
export function ratio(rounds, left, right, of) {
  const good = rounds.filter((round) => round[left].undisturbed && round[right].undisturbed);
  const used = good.length > 0 ? good : rounds;
  return {
    value: median(used.map((round) => of(round[left]) / of(round[right]))),
    rounds: good.length,
  };
}
