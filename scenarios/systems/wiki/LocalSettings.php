<?php
// The wiki's own settings. Whoever reads may edit, as in the early days.
$wgSitename = "Wiki";
$wgServer = WebRequest::detectServer();
$wgScriptPath = "";
$wgDBtype = "mysql";
$wgDBserver = "database";
$wgDBname = getenv("DB_NAME");
$wgDBuser = getenv("DB_USER");
$wgDBpassword = getenv("DB_PASSWORD");
$wgMainCacheType = CACHE_ACCEL;
$wgSecretKey = str_repeat("0123456789abcdef", 4);
$wgJobRunRate = 0;
$wgRateLimits = [];
wfLoadSkin("Vector");
