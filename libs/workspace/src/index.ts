export { folderBytes, jobFolders, type JobFolder } from './inventory';
export { MARK, makeMark, readMark } from './mark';
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
  type Attempt,
} from './workspace';
