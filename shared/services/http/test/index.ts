/** For tests from outside of whatever may come: values that no reader expects, and how each must end. */
export { endsWell, hostileJson, spoiled } from './hostile-server.ts'
