export { folderBytes, jobFolders, type JobFolder } from './inventory';
export { MARK, makeMark, readMark } from './mark';
export { PartialUploads, type Announcement, type PartialUpload } from './partial-uploads';
export { AttemptRevoked, Attempts, type Attempt, type Holder } from './attempts';
export {
  FramesMissing,
  SourceMissing,
  Workspace,
  frameName,
  sync,
  tarName,
  targetName,
  txtName,
  type Arrival,
  type Artifact,
} from './workspace';
