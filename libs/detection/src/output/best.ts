import { type Candidates } from './candidates';

/** Indices of the best candidates, best first, for graphs whose boxes need no NMS. Equal scores keep their order. */
export function best({ scores }: Pick<Candidates, 'scores'>, max: number): number[] {
  const byScore = scores.map((_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  return byScore.slice(0, max);
}
