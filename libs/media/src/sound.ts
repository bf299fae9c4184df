import { audioStream, videoStream } from './facts';
import { untrustedInput, type StartOptions } from './ffmpeg';
import { inspect } from './probe';

/** Seconds between sound and picture that nobody notices (ITU-R BT.1359 puts the threshold at 45 ms). */
const IN_SYNC = 0.045;

/** ffmpeg's arguments for the sound: how to open it as its second input, how to write it into each container. */
export interface Sound {
  readonly input: readonly string[];
  readonly avi: readonly string[];
  readonly mp4: readonly string[];
}

/** Silence fills the time before the sound; more channels than players expect are mixed. */
const FILTERS = ['-af', 'aresample=async=1:first_pts=0,aformat=channel_layouts=stereo|mono'];

/** The first sound track of `file`, undefined where it has none. */
export async function soundOf(file: string, bounds: StartOptions): Promise<Sound | undefined> {
  const report = await inspect(file, bounds);
  const audio = audioStream(report);
  if (!audio) return undefined;
  // ffmpeg counts an input's time from its earliest stream; frame 0 is where the picture starts.
  const pictureStart = videoStream(report)?.start_time ?? audio.start_time;
  const shift = report.format.start_time - pictureStart;
  const copied = audio.codec_name === 'mp3' && Math.abs(audio.start_time - pictureStart) < IN_SYNC;
  // AAC in AVI plays badly, so sound becomes MP3. AVI cannot say "later".
  const mp3 = copied ? ['-c:a', 'copy'] : ['-c:a', 'libmp3lame', '-b:a', '160k', ...FILTERS];
  // Of MP3 in MP4, and of kinds of AAC that cameras write, not every browser makes sound.
  const aac = ['-c:a', 'aac', '-b:a', '128k', ...FILTERS];
  return {
    input: ['-itsoffset', shift.toFixed(6), '-vn', '-sn', '-dn', ...(await untrustedInput(file))],
    avi: ['-map', '1:a:0', ...mp3],
    mp4: ['-map', '1:a:0', ...aac],
  };
}
