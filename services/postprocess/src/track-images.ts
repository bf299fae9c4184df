import { writeFile } from 'node:fs/promises';
import { objectThumbnail, readTracks, type RgbImage, type TrackedDetection } from '#annotation';
import { isMissing } from '#errors';
import { trackName, type Attempt } from '#workspace';

/** Tracks with an image: those that come first. */
const MAX_IMAGES = 1_000;

/** Pixels of the longer side. */
const SIZE = 96;

/** Writes an image of each tracked object, from the frame with its best score, as `preview/track_<id>.jpg`. */
export class TrackImages {
  private constructor(
    private readonly attempt: Attempt,
    /** The tracks whose image a frame has. */
    private readonly byFrame: ReadonlyMap<number, ReadonlySet<number>>,
  ) {}

  /** @param file `tracks.json`; without it there are no images */
  static async of(attempt: Attempt, file: string): Promise<TrackImages> {
    const byFrame = new Map<number, Set<number>>();
    const { tracks } = await readTracks(file).catch((error: unknown) => {
      if (isMissing(error)) return { tracks: [] };
      throw error;
    });
    for (const { id, bestFrame } of tracks.slice(0, MAX_IMAGES)) {
      byFrame.set(bestFrame, (byFrame.get(bestFrame) ?? new Set()).add(id));
    }
    return new TrackImages(attempt, byFrame);
  }

  /** Writes the images that frame `n` has. @param image without boxes */
  async write(n: number, image: RgbImage, boxes: readonly TrackedDetection[]): Promise<void> {
    const wanted = this.byFrame.get(n);
    if (!wanted) return;
    for (const { track, box } of boxes) {
      if (track === undefined || !wanted.has(track)) continue;
      const file = this.attempt.path('preview', trackName(track));
      await writeFile(file, objectThumbnail(image, box, SIZE));
    }
  }
}
