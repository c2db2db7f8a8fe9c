const functions = require('@google-cloud/functions-framework');

// The framework's own quickstart, under both names: the framework has parsed the body by the time this is called.
functions.http('gateway', (req, res) => res.send('ok'));
functions.http('log-stream', (req, res) => res.send(`${req.body.length}`));
