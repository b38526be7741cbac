import { SETTINGS } from '../settings.mjs';
import { interleaved } from './interleaved.mjs';
import { sample } from './sample.mjs';

/** As much as each contender can do. */
export function measureThroughput(stage, row) {
  const { saturates = true } = row;
  return interleaved(row.contenders, async (contender) =>
    sample(
      await stage.subject(row, contender),
      { do: 'closedLoop', seconds: SETTINGS.seconds },
      { saturates },
    ),
  );
}

/** How long answers take while each contender is asked at the same fixed rate. */
export function measureLatency(stage, row) {
  return interleaved(row.contenders, async (contender) =>
    sample(
      await stage.subject(row, contender),
      // Twice as long as usual: a hundredth of the requests decides.
      { do: 'openLoop', seconds: 2 * SETTINGS.seconds, rate: row.rate },
      { saturates: false },
    ),
  );
}
