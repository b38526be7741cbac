import { linesOf } from './lines.mjs';
import { table } from './table.mjs';

export function printRow(row, rounds) {
  console.log(`\n${row.name}\n\n${table(linesOf(row, rounds))}`);
}

export function printTargets(verdicts) {
  console.log('\nTargets');
  for (const { what, target, value, verdict, rounds } of verdicts) {
    console.log(
      `${verdict.padEnd(7)} ${value.toFixed(2).padStart(6)} (${target}, ${rounds} rounds)  ${what}`,
    );
  }
}
