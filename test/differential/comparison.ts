import { type Answer, type Json, outcome, readAnswer, type RawAnswer } from './answer.js';
import type { DifferentialCase } from './differential-case.js';
import type { Peer } from './peer.js';

/** One thing that the two servers did not do alike. */
export interface Difference {
  /** `outcome`, or the place of a member, such as `messages/0/result/tools/2/title`. */
  readonly at: string;
  readonly ours: Json | undefined;
  readonly sdk: Json | undefined;
}

/** What both servers answered to one step, and how that differs. */
export interface Comparison {
  readonly name: string;
  readonly ours: RawAnswer;
  readonly sdk: RawAnswer;
  readonly differences: readonly Difference[];
}

/** Asks both servers everything that the case asks. The later steps of a case are named `... (step 2)` and so on. */
export async function compare(asked: DifferentialCase, ours: Peer, sdk: Peer): Promise<Comparison[]> {
  const [ourAnswers, sdkAnswers] = await Promise.all([converse(asked, ours), converse(asked, sdk)]);
  return ourAnswers.flatMap((our, index) => {
    const their = sdkAnswers[index];
    if (!their) return [];
    const name = index === 0 ? asked.name : `${asked.name} (step ${index + 1})`;
    return { name, ours: our, sdk: their, differences: differences(readAnswer(our), readAnswer(their)) };
  });
}

async function converse({ steps }: DifferentialCase, peer: Peer): Promise<RawAnswer[]> {
  const answers: RawAnswer[] = [];
  for (const step of steps) answers.push(await peer.ask(typeof step === 'function' ? step(answers) : step));
  return answers;
}

/** Where the outcomes differ, the members of what came are not compared one by one. */
function differences(ours: Answer, sdk: Answer): Difference[] {
  if (outcome(ours) !== outcome(sdk)) {
    const both = { at: 'outcome', ours: outcome(ours), sdk: outcome(sdk) };
    return [both, ...membersThatDiffer('headers', ours.headers, sdk.headers)];
  }
  return [
    ...membersThatDiffer('headers', ours.headers, sdk.headers),
    ...membersThatDiffer('messages', [...ours.messages], [...sdk.messages]),
  ];
}

function membersThatDiffer(at: string, ours: Json | undefined, sdk: Json | undefined): Difference[] {
  if (!isContainer(ours) || !isContainer(sdk) || Array.isArray(ours) !== Array.isArray(sdk)) {
    return ours === sdk ? [] : [{ at, ours, sdk }];
  }
  const names = new Set([...Object.keys(ours), ...Object.keys(sdk)]);
  const own = (of: Record<string, Json>, name: string): Json | undefined =>
    Object.hasOwn(of, name) ? of[name] : undefined;
  return [...names].flatMap((name) =>
    membersThatDiffer(
      `${at}/${name}`,
      own(ours as Record<string, Json>, name),
      own(sdk as Record<string, Json>, name),
    ),
  );
}

function isContainer(value: Json | undefined): value is Json[] | { [name: string]: Json } {
  return typeof value === 'object' && value !== null;
}
