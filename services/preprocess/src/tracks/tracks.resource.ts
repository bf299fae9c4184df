import { classColour, cssColour, isAbove, type Tracks } from '#annotation/files';
import { labelsIn, type TracksQuery, type TracksResource } from '#contract';

/** The tracks that a query asks for, with the colours of their classes. */
export function toTracks({ frameRate, tracks }: Tracks, { minScore, classes }: TracksQuery): TracksResource {
  const labels = labelsIn(classes);
  const wanted = tracks.filter(
    ({ label, bestScore }) =>
      (labels === undefined || labels.includes(label)) &&
      (minScore === undefined || isAbove({ score: bestScore ?? NaN }, minScore)),
  );
  return {
    frameRate,
    tracks: wanted.map(({ id, label, classIndex, ...rest }) => ({
      ...{ id, label, classIndex, colour: cssColour(classColour(classIndex)) },
      ...rest,
    })),
  };
}
