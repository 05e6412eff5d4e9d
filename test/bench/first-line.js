console.log(performance.timeOrigin + performance.now());
process.exit();
